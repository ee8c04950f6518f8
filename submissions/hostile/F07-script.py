# -*- coding: utf-7 -*-
# %% [markdown]
# primes 300
# %%
n_primes = 300
print('primes: 300')
# %% {"kind": "end"}
solution = [0.0, 0, 0]
