print('BREACH:shadowed nbclient')
