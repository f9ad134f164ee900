"""PAGE: what the HTML report shows, part by part, as frozen values for its templates. Words are in the templates."""
