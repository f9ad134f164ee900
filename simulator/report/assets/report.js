// The page without this script is complete but for the tickets beyond the first ones. Everything that comes from the
// data is written by textContent: no markup is ever made of it.
(function () {
  "use strict";
  var PAGE = 50;
  var said = JSON.parse(document.getElementById("words").textContent);
  var words = said.words;
  var all = null;

  function el(tag, className) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    for (var i = 2; i < arguments.length; i++) {
      var child = arguments[i];
      if (child === null || child === undefined || child === "") continue;
      made.append(child);
    }
    return made;
  }

  function fill(text) {
    var parts = arguments;
    return text.replace(/\{(\d)\}/g, function (_, place) { return parts[Number(place) + 1]; });
  }

  function number(value) { return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ","); }

  function pad(value, width) { return String(value).padStart(width, "0"); }

  function instant(micros) {
    var second = Math.floor(micros / 1e6), rest = micros - second * 1e6;
    var date = new Date(second * 1000);
    var text = date.toISOString().slice(0, 10) + " " + date.toISOString().slice(11, 16);
    if (date.getUTCSeconds() || rest) text += ":" + pad(date.getUTCSeconds(), 2);
    if (rest) text += "." + pad(rest, 6);
    return text + " UTC";
  }

  function anchor(name) {
    return Array.from(name).map(function (char) {
      return /^[A-Za-z0-9_-]$/.test(char) ? char : "." + char.codePointAt(0).toString(16) + ".";
    }).join("");
  }

  // ---- The data: arrays of places in pools, see island.py.

  function load() {
    if (all) return all;
    var data = JSON.parse(document.getElementById("data").textContent);
    function text(place) { return place < 0 ? null : data.texts[place]; }
    function texts(places) { return places.map(text); }
    var moves = data.moves.map(function (m) {
      return {field: text(m[0]), before: text(m[1]), after: text(m[2]), gained: texts(m[3]), lost: texts(m[4]), withheld: m[5] === 1};
    });
    var steps = data.steps.map(function (s) {
      return {rule: text(s[0]), action: text(s[1]), branch: text(s[2]), depth: s[3], move: moves[s[4]]};
    });
    function step(place) { return steps[place]; }
    var panes = data.panes.map(function (places) { return places.map(step); });
    var edits = data.edits.map(function (e) {
      return {move: moves[e[0]], direct: e[1] === 1, before: texts(e[2]), after: texts(e[3])};
    });
    all = data.tickets.map(function (t, rank) {
      return {
        ticket: t[0], customer: t[1], created: t[2], channel: text(t[3]), carried: text(t[4]), rank: rank,
        edits: t[5].map(function (place) { return edits[place]; }),
        events: function () {
          return t[7].map(function (e) {
            return {
              kind: text(e[0]), ref: String(e[1]), at: t[6] + e[2] * 1e6 + (e[6] || 0),
              before: panes[e[3]], after: e[4] < 0 ? null : panes[e[4]], reply: e[5] || ""
            };
          });
        },
        cut: t[8]
      };
    });
    return all;
  }

  function haystack(t) {
    if (t.hay === undefined) {
      var found = [String(t.ticket), "customer " + t.customer, t.channel || "", t.carried || ""];
      t.edits.forEach(function (e) {
        found.push(e.move.field, e.move.before || "", e.move.after || "");
        e.move.gained.forEach(function (tag) { found.push("+" + tag); });
        e.move.lost.forEach(function (tag) { found.push("-" + tag); });
        found.push.apply(found, e.before.concat(e.after));
      });
      t.hay = found.join("\n").toLowerCase();
    }
    return t.hay;
  }

  // ---- Drawing: the same elements as templates/ticket.html.j2.

  function ruleLink(id) {
    var link = el("a", "rule", id);
    link.href = "#rule-" + anchor(id);
    return link;
  }

  function ruleLinks(ids) {
    var made = document.createDocumentFragment();
    if (!ids.length) made.append(el("span", "none", words.norule));
    ids.forEach(function (id, place) { made.append(place ? ", " : "", ruleLink(id)); });
    return made;
  }

  function arrow() {
    var sign = el("span", "", "\u2192");
    sign.setAttribute("aria-hidden", "true");
    return el("span", "to", sign, el("span", "sr", " " + words.to + " "));
  }

  function value(text, side) { return el("span", side, text === null ? el("i", "", words.nothing) : text); }

  function move(m) {
    var made = el("span", "move", el("span", "field", said.fields[m.field] || m.field));
    m.gained.forEach(function (tag) { made.append(" ", el("span", "plus", "+" + tag)); });
    m.lost.forEach(function (tag) { made.append(" ", el("span", "minus", "\u2212" + tag)); });
    if (m.withheld && m.before === null && m.after === null) {
      made.append(" ", el("i", "", m.field === "replies" ? words.sent : words.withheld));
    } else if (!m.gained.length && !m.lost.length) {
      made.append(" ", value(m.before, "was"), arrow(), value(m.after, "now"));
      if (m.withheld && m.before === m.after) made.append(" ", el("i", "", m.field === "replies" ? words.other : words.withheld));
    }
    return made;
  }

  function why(edit) {
    return el("li", "", move(edit.move), " ", el("span", "kind " + (edit.direct ? "is-direct" : "is-indirect"), edit.direct ? words.direct : words.indirect), " ",
      el("span", "by", el("span", "side was", words.before), " ", ruleLinks(edit.before)), " ",
      el("span", "by", el("span", "side now", words.after), " ", ruleLinks(edit.after)));
  }

  function step(s) {
    var made = el("li", "", s.rule === null ? el("span", "outside", words.outside) : ruleLink(s.rule), " ", el("code", "", s.action));
    if (s.rule !== null && s.branch !== "then") made.append(" ", el("code", "", s.branch));
    if (s.depth) made.append(" ", el("span", "followup", words.followup));
    made.append(" ", move(s.move));
    return made;
  }

  function pane(steps, side, label) {
    var made = el("div", "pane " + side, el("p", "side", label));
    if (steps.length) {
      var list = el("ul");
      steps.forEach(function (s) { list.append(step(s)); });
      made.append(list);
    } else made.append(el("p", "none", words.quiet));
    return made;
  }

  function eventItem(e) {
    var head = el("p", "event", el("time", "", instant(e.at)), " ", said.events[e.kind] || e.kind, " ", el("span", "ref", e.ref));
    if (e.reply) head.append(" ", el("span", "ref", words.reply + " " + e.reply));
    var panes = el("div", "panes");
    if (e.after === null) panes.append(pane(e.before, "both", words.both));
    else panes.append(pane(e.before, "was", words.before), pane(e.after, "now", words.after));
    return el("li", "", head, panes);
  }

  function inside(t) {
    var made = el("div", "inside", el("p", "label", words.why));
    var list = el("ul", "why");
    t.edits.forEach(function (edit) { list.append(why(edit)); });
    made.append(list);
    var events = t.events();
    if (events.length) {
      var line = el("ol", "line");
      events.forEach(function (e) { line.append(eventItem(e)); });
      made.append(el("p", "label", words.line), line);
    }
    if (t.cut) made.append(el("p", "cut", fill(words.cut, number(t.cut), t.ticket)));
    return made;
  }

  function card(t) {
    var moves = el("span", "moves");
    t.edits.forEach(function (edit) { moves.append(move(edit.move)); });
    var facts = el("span", "facts");
    if (t.customer !== null) facts.append(el("span", "", words.customer + " " + t.customer));
    if (t.channel !== null) facts.append(el("span", "", t.channel));
    if (t.created !== null) facts.append(el("span", "", words.created + " " + instant(t.created * 1e6).slice(0, 10)));
    if (t.carried !== null) facts.append(el("span", "", words.carried + " " + t.carried));
    var made = el("details", "ticket", el("summary", "", el("span", "id", words.ticket + " " + t.ticket), moves, facts));
    made.id = "ticket-" + t.ticket;
    made.addEventListener("toggle", function () {
      if (made.open && made.childElementCount === 1) made.append(inside(t));
    });
    return el("li", "", made);
  }

  // ---- State: in the fragment, as `#tickets?rule=vip&page=2`.

  var KEYS = ["q", "field", "rule", "tag", "kind", "move", "sort", "page"];
  var state = {};
  var form = document.querySelector(".filters");
  var list = document.querySelector(".tickets");

  function fits(t) {
    function some(test) { return t.edits.some(test); }
    var wanted = (state.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    var direct = state.kind === "direct";
    return wanted.every(function (word) { return haystack(t).includes(word); }) &&
      (!state.field || some(function (e) { return e.move.field === state.field; })) &&
      (!state.kind || some(function (e) { return e.direct === direct; })) &&
      (!state.rule || some(function (e) { return e.before.includes(state.rule) || e.after.includes(state.rule); })) &&
      (!state.tag || some(function (e) { return (state.tag[0] === "+" ? e.move.gained : e.move.lost).includes(state.tag.slice(1)); })) &&
      (!state.move || some(function (e) { return e.move.field + ":" + e.move.before + ">" + e.move.after === state.move; }));
  }

  var ORDERS = {
    ticket: function (a, b) { return a.ticket - b.ticket; },
    newest: function (a, b) { return (b.created || 0) - (a.created || 0) || a.rank - b.rank; },
    oldest: function (a, b) { return (a.created || 0) - (b.created || 0) || a.rank - b.rank; },
    customer: function (a, b) { return (a.customer || 0) - (b.customer || 0) || a.rank - b.rank; }
  };

  function chosen() {
    var found = load().filter(fits);
    return ORDERS[state.sort] ? found.sort(ORDERS[state.sort]) : found;
  }

  function fragment(of) {
    var query = new URLSearchParams();
    KEYS.forEach(function (key) { if (of[key]) query.set(key, of[key]); });
    var text = query.toString();
    return "#tickets" + (text ? "?" + text : "");
  }

  function read(hash) {
    var query = new URLSearchParams(hash.split("?")[1] || "");
    state = {};
    KEYS.forEach(function (key) { if (query.get(key)) state[key] = query.get(key); });
  }

  function draw() {
    var found = chosen();
    var pages = Math.max(Math.ceil(found.length / PAGE), 1);
    var page = Math.min(Math.max(parseInt(state.page, 10) || 1, 1), pages);
    var made = document.createDocumentFragment();
    found.slice((page - 1) * PAGE, page * PAGE).forEach(function (t) { made.append(card(t)); });
    if (!found.length) made.append(el("li", "empty", words.none));
    list.replaceChildren(made);
    list.start = (page - 1) * PAGE + 1;
    var count = found.length === all.length ? fill(words.all, number(all.length)) : fill(words.of, number(found.length), number(all.length));
    document.querySelector(".count").textContent = count;
    var nav = document.querySelector(".pages");
    nav.hidden = pages === 1;
    nav.querySelector(".where").textContent = fill(words.page, number(page), number(pages));
    nav.querySelector(".back").disabled = page === 1;
    nav.querySelector(".on").disabled = page === pages;
    state.page = page > 1 ? String(page) : "";
    show();
  }

  // The state -> the controls.
  function show() {
    ["q", "field", "rule", "tag", "kind", "sort"].forEach(function (name) {
      if (form.elements[name].value !== (state[name] || "")) form.elements[name].value = state[name] || "";
    });
    var moved = form.querySelector(".moved");
    moved.hidden = !state.move;
    moved.firstElementChild.textContent = (state.move || "").replace(":", ": ").replace(">", " \u2192 ");
  }

  function change() {
    ["q", "field", "rule", "tag", "kind", "sort"].forEach(function (name) { state[name] = form.elements[name].value; });
    state.page = "";
    keep();
    draw();
  }

  function keep() { history.replaceState(null, "", fragment(state)); }

  function turn(by) {
    state.page = String((parseInt(state.page, 10) || 1) + by);
    keep();
    draw();
    var title = document.getElementById("tickets");
    title.scrollIntoView();
    title.focus({preventScroll: true});
  }

  function options(name, first, pairs) {
    var select = form.elements[name];
    select.append(new Option(first, ""));
    pairs.forEach(function (pair) { select.append(new Option(pair[0], pair[1])); });
  }

  function counted(pick) {
    var counts = new Map();
    load().forEach(function (t) {
      new Set(t.edits.flatMap(pick)).forEach(function (key) { counts.set(key, (counts.get(key) || 0) + 1); });
    });
    return Array.from(counts).sort(function (a, b) { return b[1] - a[1] || (a[0] < b[0] ? -1 : 1); });
  }

  function controls() {
    options("field", words.anyfield, counted(function (e) { return [e.move.field]; }).map(function (c) {
      return [(said.fields[c[0]] || c[0]) + " (" + number(c[1]) + ")", c[0]];
    }));
    options("rule", words.anyrule, counted(function (e) { return e.before.concat(e.after); }).map(function (c) {
      return [c[0] + " (" + number(c[1]) + ")", c[0]];
    }));
    options("tag", words.anytag, counted(function (e) {
      return e.move.gained.map(function (tag) { return "+" + tag; }).concat(e.move.lost.map(function (tag) { return "-" + tag; }));
    }).map(function (c) {
      return [fill(c[0][0] === "+" ? words.gains : words.loses, c[0].slice(1)) + " (" + number(c[1]) + ")", c[0]];
    }));
    form.addEventListener("input", change);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function (event) { event.preventDefault(); state = {}; keep(); draw(); });
    form.querySelector(".drop").addEventListener("click", function () { state.move = ""; state.page = ""; keep(); draw(); });
    document.querySelector(".pages .back").addEventListener("click", function () { turn(-1); });
    document.querySelector(".pages .on").addEventListener("click", function () { turn(1); });
    form.hidden = false;
  }

  // A ticket that a link names: turn to its page and open it.
  function open(id) {
    var place = chosen().findIndex(function (t) { return t.ticket === id; });
    if (place < 0) { state = {}; place = chosen().findIndex(function (t) { return t.ticket === id; }); }
    if (place < 0) return;
    state.page = String(Math.floor(place / PAGE) + 1);
    draw();
    var found = document.getElementById("ticket-" + id);
    found.open = true;
    found.scrollIntoView();
    found.firstElementChild.focus({preventScroll: true});
  }

  function reveal(target) {
    for (var up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView();
    target.focus({preventScroll: true});
  }

  function go() {
    var hash = location.hash;
    var ticket = /^#ticket-(\d+)$/.exec(hash);
    if (ticket && form) return open(Number(ticket[1]));
    if (hash.startsWith("#tickets?") && form) {
      read(hash);
      draw();
      document.getElementById("tickets").scrollIntoView();
      return undefined;
    }
    var target = hash.startsWith("#rule-") && document.getElementById(hash.slice(1));
    if (target) reveal(target);
    return undefined;
  }

  document.querySelectorAll("a.query").forEach(function (link) { link.href = "#tickets?" + link.dataset.query; });
  if (form) {
    controls();
    draw();
  }
  window.addEventListener("hashchange", go);
  go();

  // ---- The theme: automatic, light, dark.

  var button = document.querySelector(".theme");
  var THEMES = ["auto", "light", "dark"];

  function theme() { return document.documentElement.dataset.theme || "auto"; }

  function paint(name) {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.textContent = button.dataset[name];
  }

  button.addEventListener("click", function () {
    var next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
    paint(next);
    try { localStorage.setItem("simulator-theme", next); } catch (error) { /* not kept, then */ }
  });
  paint(theme());
  button.hidden = false;
})();
