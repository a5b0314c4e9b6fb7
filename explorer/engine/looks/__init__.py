"""Close looks at a network: who killed the gradient, the verdict, a nudge, the error surface."""
