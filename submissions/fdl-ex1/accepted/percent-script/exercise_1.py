# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Exercise 1, Problem 1
# ## a)

# %%
import numpy as np
import matplotlib.pyplot as plt

grid = np.linspace(-5, 5)


def plot_with_asymptotes(f, left, right, title):
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.plot(grid, [f(g) for g in grid], label=title)
    ax.plot(grid, [left(g) for g in grid], color="0.6")
    ax.plot(grid, [right(g) for g in grid], color="0.6")
    ax.set(title=title, xlabel="x")
    return fig


plot_with_asymptotes(lambda g: np.log(1 + np.exp(g)), lambda g: 0.0, lambda g: g, "softplus")

# %% [markdown]
# By the chain rule
# $$s_0'(x) = \frac{d}{dx}\ln(1+e^x) = \frac{e^x}{1+e^x} = \frac{1}{1+e^{-x}} = s_1(x).$$
#
# ## b)

# %%
plot_with_asymptotes(lambda g: 1 / (1 + np.exp(-g)), lambda g: 0.0, lambda g: 1.0, "sigmoid")

# %% [markdown]
# $$s_1'(x) = -\frac{-e^{-x}}{(1+e^{-x})^2} = \frac{1}{1+e^{-x}}\left(1-\frac{1}{1+e^{-x}}\right) = s_1(x)(1-s_1(x)).$$
#
# ## c)
# $s_0$ and $l_0$ are both monotone and unbounded above; $l_0$ is exactly zero for $x<0$, $s_0$ is positive everywhere.
# $s_1$ and $l_1$ have the same limits; $l_1$ is not continuous.
#
# # Problem 2
# ## a)
# $$2s_1(2x)-1 = \frac{2}{1+e^{-2x}}-1 = \frac{1-e^{-2x}}{1+e^{-2x}} = \frac{e^x-e^{-x}}{e^x+e^{-x}} = \tanh(x)$$
# Hence
# $$\begin{aligned}
# F(x) &= W_2(2 s_1(2(W_1x+b_1)) - \mathbf{1}) + b_2\\
#  &= (2W_2)\, s_1((2W_1)x + 2b_1) + (b_2 - W_2\mathbf{1})
# \end{aligned}$$
# so
# $$W_1' = 2W_1,\quad b_1' = 2b_1,\quad W_2' = 2W_2,\quad b_2' = b_2 - W_2\mathbf{1}.$$
# ## b)
# No. $G$ would be piecewise constant with finitely many values; $F(x)=\tanh(x)$ (all sizes 1) is not.
#
# # Problem 3
# Let $a = \Theta^\top W x$ and $p = \mathrm{softmax}(a)$, $y$ one-hot.
# ## a)
# $\ell = -\sum_j y_j a_j + \ln\sum_j e^{a_j}$, so $\partial \ell/\partial a_i = p_i - y_i$ and
# $$\frac{\partial \ell}{\partial \theta_i} = (p_i - y_i)\, W x$$
# ## b)
# $$\frac{\partial \ell}{\partial W} = \Theta (p - y) x^\top$$
