open('@@CANARY@@/config', 'w')
