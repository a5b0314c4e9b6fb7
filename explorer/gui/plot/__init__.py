"""How everything is drawn: themes, colours, scales, axes, heat maps."""
