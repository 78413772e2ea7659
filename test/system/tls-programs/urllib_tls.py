# URL, CA; KEY or CERT with CERT_KEY, or neither.
import os
import ssl
import urllib.error
import urllib.request

env = os.environ
context = ssl.create_default_context(cafile=env["CA"])
if env.get("CERT"):
    context.load_cert_chain(env["CERT"], env["CERT_KEY"])
headers = {"X-Api-Key": env["KEY"]} if env.get("KEY") else {}
request = urllib.request.Request(env["URL"], headers=headers)
print(urllib.request.urlopen(request, context=context, timeout=20).read().decode())
