"""The benchmark: a made-up helpdesk of any size, and the simulator on it beside other ways to do the same."""
