print('BREACH:usercustomize ran')
