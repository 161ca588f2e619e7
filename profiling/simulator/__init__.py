"""A local server that speaks the Messages API, so that the product runs and is measured without a key.

It needs no Django and knows nothing of the apps it serves: all it says comes from the prompt it is sent.
"""
