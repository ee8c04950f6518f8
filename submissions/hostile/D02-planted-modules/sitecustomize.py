print('BREACH:sitecustomize ran')
