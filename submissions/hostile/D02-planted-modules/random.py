print('BREACH:shadowed random')
