"""Which step and which weight a loss has to credit: rows of gradients that go back, shares of weights, and both forward."""
