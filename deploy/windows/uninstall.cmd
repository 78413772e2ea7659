@echo off
rem Takes the service and the program away. Settings, secret and logs stay, unless it is called as: uninstall.cmd /all
rem Run it as administrator, from the folder that the zip was unpacked to.
setlocal
set "name=catapa-sidecar"
set "program=%ProgramFiles%\catapa-sidecar"
set "data=%ProgramData%\catapa-sidecar"

if /i "%~dp0"=="%program%\" (
  echo Run uninstall.cmd from the folder that the zip was unpacked to.
  exit /b 1
)
net stop %name% >nul 2>&1
sc query %name% >nul 2>&1 && sc delete %name% >nul
rem nssm enters itself as a source of Windows' event log. Another nssm of this machine may have done so since.
set "source=HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\NSSM"
reg query %source% /v EventMessageFile 2>nul | findstr /i /c:"%name%" >nul && reg delete %source% /f >nul
if exist "%program%.new" rmdir /s /q "%program%.new"
if exist "%program%.old" rmdir /s /q "%program%.old"
if exist "%program%" rmdir /s /q "%program%"
if exist "%program%" (
  echo %program% is in use or you are not an administrator.
  exit /b 1
)
if /i "%~1"=="/all" if exist "%data%" rmdir /s /q "%data%"
echo Uninstalled.
if exist "%data%" echo Settings, secret and logs are still in %data%
exit /b 0
