"""Methods that turn an encoded corpus into `Vectors`: one file each, hyperparameters in, ``fit(corpus)`` out."""
