print('BREACH:shadowed json')
