"""The flow of gradients: the products ∂s_t/∂s_k of all pairs, their spectra, and how sure they are."""
