"""The prediction server: any candidate exported as `model.jaxexport` with its `features.json`.

Knows no workload: fields, vocabularies and names of the answer travel beside the model. Needs
jax, numpy, flatbuffers, starlette and uvicorn, and no model code.
"""
