print('BREACH:shadowed ast')
