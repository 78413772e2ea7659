@"%~dp0node.exe" "%~dp0dist\cli.js" %*
