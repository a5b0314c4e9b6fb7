"""HDF5 as Keras writes it, read without its library, which runs for ever on some damaged files.

The HDF5 File Format Specification, version 3, says where each byte stands; its sections are named where they are followed.
What no framework writes (arrays in other files, virtual ones, groups of thousands of entries in fractal heaps) is refused.
"""
