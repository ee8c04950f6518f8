# %% [markdown]
# # Sheet 7

# %% 1a
x = 1

# %% 1b
y = 2
