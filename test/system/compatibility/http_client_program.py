"""Python's http.client, as older libraries use it: BASE get|post|upload PATH FILE"""
import http.client
import sys
import urllib.parse

base, scenario, path, file = sys.argv[1:5]
connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=20)
if scenario == 'get':
    connection.request('GET', path)
if scenario == 'post':
    # A file object has no length that http.client would trust: it is sent in chunks.
    connection.request('POST', path, open(file, 'rb'), {'Content-Type': 'application/json'})
if scenario == 'upload':
    body = (
        b'--python-boundary\r\n'
        b'Content-Disposition: form-data; name="file"; filename="logo.png"\r\n'
        b'Content-Type: image/png\r\n\r\n' + open(file, 'rb').read() + b'\r\n--python-boundary--\r\n'
    )
    connection.request('POST', path, body, {'Content-Type': 'multipart/form-data; boundary=python-boundary'})

response = connection.getresponse()
answer = response.read()
if response.status >= 400:
    sys.exit('%d %s\n%s' % (response.status, response.reason, answer.decode()))
sys.stdout.buffer.write(answer)
