"""Python with nothing but its standard library: BASE get|post|upload PATH FILE"""
import sys
import urllib.error
import urllib.request
import uuid

base, scenario, path, file = sys.argv[1:5]
request = urllib.request.Request(base + path)
if scenario == 'post':
    request.data = open(file, 'rb').read()
    request.add_header('Content-Type', 'application/json')
if scenario == 'upload':
    boundary = uuid.uuid4().hex.encode()
    request.data = b'\r\n'.join([
        b'--' + boundary,
        b'Content-Disposition: form-data; name="file"; filename="logo.png"',
        b'Content-Type: image/png',
        b'',
        open(file, 'rb').read(),
        b'--' + boundary + b'--',
        b'',
    ])
    request.add_header('Content-Type', 'multipart/form-data; boundary=' + boundary.decode())

try:
    sys.stdout.buffer.write(urllib.request.urlopen(request, timeout=20).read())
except urllib.error.HTTPError as error:
    sys.exit('%s %s\n%s' % (error.code, error.reason, error.read().decode()))
