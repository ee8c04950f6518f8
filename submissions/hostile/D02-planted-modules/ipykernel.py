print('BREACH:shadowed ipykernel')
