"""Python with requests: BASE get|post|upload PATH FILE"""
import sys

import requests

base, scenario, path, file = sys.argv[1:5]
session = requests.Session()
if scenario == 'get':
    response = session.get(base + path, timeout=20)
if scenario == 'post':
    headers = {'Content-Type': 'application/json'}
    response = session.post(base + path, data=open(file, 'rb'), headers=headers, timeout=20)
if scenario == 'upload':
    files = {'file': ('logo.png', open(file, 'rb'), 'image/png')}
    response = session.post(base + path, files=files, timeout=20)
if not response.ok:
    sys.exit('%d %s\n%s' % (response.status_code, response.reason, response.text))
sys.stdout.buffer.write(response.content)
