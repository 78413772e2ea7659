# URL, CA; KEY or CERT with CERT_KEY, or neither.
import os
import requests

env = os.environ
headers = {"X-Api-Key": env["KEY"]} if env.get("KEY") else {}
cert = (env["CERT"], env["CERT_KEY"]) if env.get("CERT") else None
print(requests.get(env["URL"], headers=headers, verify=env["CA"], cert=cert, timeout=20).text)
