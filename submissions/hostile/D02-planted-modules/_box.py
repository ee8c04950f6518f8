print('BREACH:shadowed agent')
