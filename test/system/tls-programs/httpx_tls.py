# URL, CA; KEY or CERT with CERT_KEY, or neither.
import os
import ssl
import httpx

env = os.environ
headers = {"X-Api-Key": env["KEY"]} if env.get("KEY") else {}
context = ssl.create_default_context(cafile=env["CA"])
if env.get("CERT"):
    context.load_cert_chain(env["CERT"], env["CERT_KEY"])
print(httpx.get(env["URL"], headers=headers, verify=context, timeout=20).text)
