print('numpy of the student')
zeros = lambda *a: [0.0]*3
