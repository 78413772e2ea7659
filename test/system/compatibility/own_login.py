"""A program that insists on logging in by itself, the way CATAPA's Python SDK does: BASE TENANT CLIENT_ID CLIENT_SECRET

Asks for a token with HTTP Basic, a Tenant header and a form, keeps it until 300 s before it expires, and sends it as
bearer. Moves its own clock to come to that moment. Prints a line for each call.
"""
import base64
import json
import sys
import time
import urllib.parse
import urllib.request


class Catapa:
    def __init__(self, base, tenant, client_id, client_secret):
        self.base, self.tenant = base, tenant
        self.basic = base64.b64encode(('%s:%s' % (client_id, client_secret)).encode()).decode()
        self.token, self.renew_at, self.token_requests, self.clock = None, 0, 0, time.time

    def call(self, path):
        if self.token is None or self.clock() >= self.renew_at:
            self.log_in()
        return self.send(path, {'Authorization': 'Bearer ' + self.token})

    def log_in(self):
        self.token_requests += 1
        headers = {'Authorization': 'Basic ' + self.basic, 'Accept': 'application/json'}
        answer = self.send('/oauth/token', headers, {'grant_type': 'client_credentials'})
        self.token = answer['access_token']
        self.renew_at = self.clock() + int(answer['expires_in']) - 300

    def send(self, path, headers, form=None):
        # With data, urllib sends a POST with the content type of forms.
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.base + path, data, dict(headers, Tenant=self.tenant))
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)


catapa = Catapa(*sys.argv[1:5])
for seconds in (0, 3290, 3310):
    catapa.clock = lambda: time.time() + seconds
    page = catapa.call('/core/v1/employees?size=2')
    print('after %d s: %d employees, token requests so far: %d' % (seconds, len(page['content']), catapa.token_requests))
