"""Python with httpx: BASE get|post|upload PATH FILE"""
import sys

import httpx

base, scenario, path, file = sys.argv[1:5]
client = httpx.Client(timeout=20)
if scenario == 'get':
    response = client.get(base + path)
if scenario == 'post':
    response = client.post(base + path, content=open(file, 'rb'), headers={'Content-Type': 'application/json'})
if scenario == 'upload':
    response = client.post(base + path, files={'file': ('logo.png', open(file, 'rb'), 'image/png')})
if response.is_error:
    sys.exit('%d %s\n%s' % (response.status_code, response.reason_phrase, response.text))
sys.stdout.buffer.write(response.content)
