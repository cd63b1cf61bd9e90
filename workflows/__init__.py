"""The procedure itself: one workflow per signature, one child per carrier and round."""
