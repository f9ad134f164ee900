"""What people write in the made-up helpdesk: topics with the words that tell of them, and sentences that tell of none.

Everything is invented. A topic's words occur in messages of that topic only, so its share is the hit rate of its rule.
"""
# ruff: noqa: E501 - a topic stays on one line

from __future__ import annotations

from typing import NamedTuple


class Topic(NamedTuple):
    """A topic: the share of messages about it, and the words for it in English and in French."""

    name: str
    share: float
    english: tuple[str, ...]
    french: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of both languages, each once."""
        return tuple(dict.fromkeys((*self.english, *self.french)))


def _topic(name: str, share: float, english: str, french: str) -> Topic:
    return Topic(name, share, tuple(english.split(", ")), tuple(french.split(", ")))


TOPICS: tuple[Topic, ...] = (
    _topic("where", 0.20, "where is my order, where is my parcel, tracking number, track my order, has it shipped, still in transit, delivery status, shipping update", "où est ma commande, où est mon colis, numéro de suivi, suivre ma commande, est-elle expédiée, toujours en transit, état de la livraison, quand arrive"),
    _topic("refund", 0.09, "a refund, my money back, refunded, reimbursement, be reimbursed", "un remboursement, me rembourser, remboursée, mon argent"),
    _topic("return", 0.06, "return the item, send it back, return label, returning it, returns address, prepaid label", "retourner l’article, le renvoyer, étiquette de retour, bon de retour, adresse de retour"),
    _topic("late", 0.04, "is late, a week ago, still waiting, delayed again, past the promised date, has not moved for days", "en retard, il y a une semaine, j’attends toujours, encore repoussée, la date promise, ne bouge plus"),
    _topic("exchange", 0.03, "exchange it, swap it for, a different size, another colour", "l’échanger, contre une autre taille, une autre couleur"),
    _topic("damaged", 0.028, "arrived broken, damaged, cracked, torn, scratched, in pieces, dented box, faulty", "arrivé cassé, abîmé, fissuré, déchiré, rayé, en morceaux, carton enfoncé, défectueux"),
    _topic("discount", 0.025, "discount code, promo code, voucher, coupon, code does not work, percent off, newsletter code", "code de réduction, code promo, bon d’achat, coupon de remise, le code ne marche pas, pour cent de remise"),
    _topic("cancel", 0.022, "cancel my order, cancel it, ordered twice, cancellation", "annuler ma commande, l’annuler, commandé deux fois, annulation"),
    _topic("address", 0.02, "wrong address, change the address, old address, moved house, new postcode", "mauvaise adresse, changer l’adresse, ancienne adresse, déménagé, nouveau code postal"),
    _topic("sizing", 0.018, "which size, run small, run large, size chart, true to size, chest width, between two sizes", "quelle taille, taille petit, taille grand, guide des tailles, tour de poitrine, entre deux tailles"),
    _topic("stock", 0.016, "back in stock, sold out, available again, restock", "de nouveau disponible, épuisé, de retour en stock, réassort"),
    _topic("wrong-item", 0.014, "wrong item, not what i ordered, sent me the wrong, somebody else’s order", "mauvais article, pas ce que j’ai commandé, trompés d’article, la commande de quelqu’un d’autre"),
    _topic("missing", 0.012, "missing from the box, only received one, incomplete, one item short, not in the parcel", "manque dans le colis, reçu qu’un seul, incomplète, il manque un article"),
    _topic("invoice", 0.010, "invoice, vat number, receipt for my company", "facture, numéro de tva, justificatif d’achat"),
    _topic("payment", 0.009, "charged twice, card declined, payment failed, double charge, klarna, pay in instalments", "débitée deux fois, carte refusée, paiement échoué, double prélèvement, payer en plusieurs fois"),
    _topic("angry", 0.008, "unacceptable, terrible service, worst, disgusted, very disappointed, bad review, never again, ridiculous, appalling", "inadmissible, service déplorable, le pire, écœurée, très déçue, avis négatif, plus jamais, ridicule, scandaleux"),
    _topic("praise", 0.007, "love it, brilliant service, so pleased, five stars", "je l’adore, service impeccable, si contente, cinq étoiles"),
    _topic("subscription", 0.006, "my subscription, skip a month, pause my box, monthly box, renewal", "mon abonnement, sauter un mois, suspendre ma box, box mensuelle, renouvellement"),
    _topic("gift", 0.005, "gift wrap, gift card, gift note, as a present", "emballage cadeau, carte cadeau, mot cadeau, pour offrir"),
    _topic("customs", 0.004, "customs, import duty, customs form, import fee", "la douane, droits de douane, frais d’importation, formulaire douanier"),
    _topic("loyalty", 0.0035, "loyalty points, my points, reward, gold tier", "points de fidélité, mes points, récompense, statut or"),
    _topic("wholesale", 0.003, "wholesale, trade account, stockist, bulk order, resell", "revendeur, compte professionnel, tarif de gros, commande en gros, revendre"),
    _topic("warranty", 0.0025, "warranty, guarantee claim, repair it, spare part", "garantie, la réparer, pièce de rechange, prise en charge"),
    _topic("account", 0.002, "cannot log in, reset my password, login link, locked out, verification code", "me connecter, mot de passe, lien de connexion, compte bloqué, code de vérification"),
    _topic("store", 0.0016, "your shop in, opening times, pick it up, click and collect", "votre boutique à, heures d’ouverture, venir le chercher, retrait en magasin"),
    _topic("material", 0.0013, "what is it made of, merino, organic cotton, wash it at, tumble dry, itchy", "en quelle matière, mérinos, coton bio, le laver à, sèche-linge, qui gratte"),
    _topic("privacy", 0.0010, "delete my data, gdpr, unsubscribe, my personal data", "supprimer mes données, rgpd, me désabonner, données personnelles"),
    _topic("stolen", 0.0008, "stolen, left outside, neighbour has not, never signed for", "volé, laissé dehors, le voisin n’a pas, jamais signé"),
    _topic("chargeback", 0.0006, "chargeback, dispute with my bank, paypal claim", "opposition bancaire, litige avec ma banque, réclamation paypal"),
    _topic("press", 0.0005, "journalist, press kit, feature you, influencer, collaboration, media kit, brand ambassador", "journaliste, dossier de presse, un article sur vous, influenceuse, ambassadrice de marque"),
    _topic("allergy", 0.0004, "allergic, allergy, rash, nut free, latex, skin reaction", "allergique, allergie, rougeurs, sans noix, réaction cutanée"),
    _topic("jobs", 0.0003, "apply for a job, vacancy, internship, my cv", "postuler, offre d’emploi, un stage, candidature spontanée"),
    _topic("links", 0.00025, "backlink, guest post, seo audit, domain authority, first page of google, link exchange, traffic boost, sponsored article", "échange de liens, article invité, audit seo, première page de google, article sponsorisé"),
    _topic("lawyer", 0.00015, "my lawyer, small claims, trading standards, legal action, consumer association, ombudsman", "mon avocat, mise en demeure, tribunal, répression des fraudes, association de consommateurs, médiateur"),
    _topic("injury", 0.0001, "injured, hospital, caught fire, electric shock, burnt my, choking hazard, smoke came", "blessée, hôpital, pris feu, décharge électrique, m’a brûlé, risque d’étouffement, de la fumée"),
)  # fmt: skip

FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "I am writing because of this: {word}.", "Could somebody look into this, please: {word}?",
        "It is about {order}, {word}.", "My question on {order} is simple: {word}?", "In short: {word}.",
    ),
    "fr": (
        "Je vous écris à ce sujet : {word}.", "Quelqu’un peut-il regarder, s’il vous plaît : {word} ?",
        "Il s’agit de {order}, {word}.", "Ma question sur {order} est simple : {word} ?", "En bref : {word}.",
    ),
}  # fmt: skip

PLAIN: dict[str, tuple[str, ...]] = {
    "en": (
        "I placed {order} {days} days ago on your website with my usual e-mail.",
        "The {product} was meant for my sister and she was looking forward to it.",
        "I have looked through the help pages and did not find anything about it.",
        "Please let me know what you need from me and I will answer the same evening.",
        "I am at home on most days after six, and by phone at any time.",
        "We have bought from you {days} times by now and were always happy.",
        "The confirmation for {order} came to this mailbox on the same afternoon.",
        "My partner chose the {product} after reading about it in your letter.",
        "I attach what I have, and can send more if it helps you to find it.",
        "There were {days} things in {order}, the {product} among them.",
        "I know that you are busy at this time of the year, so take the time you need.",
        "Nobody picked up when I rang this morning, so I try it this way.",
        "The {product} is the reason why I came to your pages at all.",
        "If it is easier for you, we can also talk in the chat tomorrow.",
        "It would be good to know more by Friday, as we leave for {days} days then.",
        "The number on the paper inside was {order}, as far as I can read it.",
    ),
    "fr": (
        "J’ai passé {order} il y a {days} jours sur votre site avec mon e-mail habituel.",
        "Le produit, {product}, était pour ma sœur et elle s’en réjouissait beaucoup.",
        "J’ai parcouru vos pages d’aide et je n’y ai rien trouvé là-dessus.",
        "Dites-moi ce qu’il vous faut et je répondrai le soir même, sans faute.",
        "Je suis à la maison presque tous les jours après dix-huit heures.",
        "Nous avons acheté chez vous {days} fois déjà et tout s’est bien passé.",
        "La confirmation de {order} est arrivée ici le même après-midi.",
        "Mon mari a choisi {product} après en avoir lu du bien dans votre lettre.",
        "Je joins ce que j’ai, et peux en envoyer davantage si cela vous aide.",
        "Il y avait {days} choses dans {order}, dont {product}.",
        "Je sais que vous êtes très occupés en cette saison, prenez votre temps.",
        "Personne n’a décroché ce matin, alors j’essaie de cette façon.",
        "C’est pour {product} que je suis venue sur vos pages au départ.",
        "Si c’est plus simple pour vous, nous pouvons en parler demain.",
        "Ce serait bien d’en savoir plus d’ici vendredi, car nous partons {days} jours.",
        "Sur le papier, à l’intérieur, on lit {order}, si je déchiffre bien.",
    ),
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "en": (
        "Thank you for your message and for your patience with us.",
        "I have had a look at {order} and passed it on to the colleagues on the floor.",
        "You will hear from me within {days} working days, most likely earlier.",
        "The {product} has been with us since spring and most people are happy with it.",
        "Please answer to this e-mail if anything stays open, it comes straight to me.",
        "We have written it down, and will think of it when {product} is made again.",
        "Could you send us a photo of the paper that lay beside {order}?",
        "I am sorry for the trouble, that is not how we want it to be.",
    ),
    "fr": (
        "Merci de votre message et de la patience que vous avez avec nous.",
        "J’ai regardé {order} et transmis le tout aux collègues de l’atelier.",
        "Vous aurez de mes nouvelles sous {days} jours ouvrés, sans doute plus tôt.",
        "Nous avons {product} depuis le printemps et presque tout le monde en est content.",
        "Répondez à cet e-mail si une question demeure, il me parvient directement.",
        "C’est noté, et nous y penserons à la prochaine série de {product}.",
        "Pourriez-vous nous envoyer une photo du papier qui était avec {order} ?",
        "Je suis navré de cet ennui, ce n’est pas ce que nous voulons.",
    ),
}

OPENINGS = {
    "en": ("Hello,", "Hi there,", "Good morning,", "Dear team,"),
    "fr": ("Bonjour,", "Bonsoir,", "Madame, Monsieur,", "Chère équipe,"),
}
CLOSINGS = {
    "en": ("Kind regards,", "Many thanks,", "Best wishes,"),
    "fr": ("Bien à vous,", "Merci d’avance,", "Cordialement,"),
}
SUBJECTS = {
    "en": ("Order {order}", "A question", "About the {product}", "URGENT {order}", "Your message", "{product}"),
    "fr": ("Commande {order}", "Une question", "Au sujet de {product}", "URGENT {order}", "Votre message", "{product}"),
}
PRODUCTS = (
    "wool blanket", "linen shirt", "tea box", "oak tray", "reading lamp", "rain jacket", "desk organiser", "soup bowl",
    "Plaid Éole", "Théière Brume", "Lampe Ancolie", "Veste Galet",
)  # fmt: skip
FIRST = (
    "Alice",
    "Ben",
    "Chloé",
    "David",
    "Elsa",
    "Farid",
    "Grace",
    "Hugo",
    "Inès",
    "Jack",
    "Kim",
    "Léa",
    "Mila",
    "Noah",
    "Olga",
    "Paul",
)
LAST = (
    "Archer",
    "Bouvier",
    "Carter",
    "Delorme",
    "Evans",
    "Fabre",
    "Girard",
    "Hughes",
    "Imbert",
    "Jones",
    "Keller",
    "Lefèvre",
    "Martin",
    "Noël",
)
