"""Pictures by Matplotlib and labelled arrays by xarray, where these are installed; nothing else needs them."""
