@echo off
rem Takes the service and the program away. Settings, secret and logs stay, unless it is called as: uninstall.cmd /all
rem uninstall.cmd NAME, uninstall.cmd NAME /all: removes only the instance of install.cmd NAME.
rem Run it as administrator, from the folder that the zip was unpacked to.
setlocal
set "name=catapa-sidecar"
set "from=%~dp0"
set "all="
:argument
if "%~1"=="" goto named
if /i "%~1"=="/all" (
  set "all=yes"
) else (
  "%from%node.exe" -e "process.exit(/^[a-z0-9][a-z0-9-]{0,31}$/i.test(process.argv[1]) ? 0 : 1)" "%~1" || goto unknown
  set "name=catapa-sidecar-%~1"
)
shift /1
goto argument
:named
set "program=%ProgramFiles%\%name%"
set "data=%ProgramData%\%name%"
for %%f in ("%program%" "%program%.new" "%program%.old" "%data%") do if exist %%f goto there
sc query %name% >nul 2>&1 || goto unknown
:there
if /i "%from%"=="%program%\" (
  echo Run uninstall.cmd from the folder that the zip was unpacked to.
  exit /b 1
)
net stop %name% >nul 2>&1
sc query %name% >nul 2>&1 && sc delete %name% >nul
rem nssm enters itself as a source of Windows' event log. Another nssm of this machine may have done so since.
set "source=HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\NSSM"
reg query %source% /v EventMessageFile 2>nul | findstr /i /l /c:"%name%\nssm.exe" >nul && reg delete %source% /f >nul
if exist "%program%.new" rmdir /s /q "%program%.new"
if exist "%program%.old" rmdir /s /q "%program%.old"
if exist "%program%" rmdir /s /q "%program%"
if exist "%program%" (
  echo %program% is in use or you are not an administrator.
  exit /b 1
)
if defined all if exist "%data%" rmdir /s /q "%data%"
echo Uninstalled.
if exist "%data%" echo Settings, secret and logs are still in %data%
exit /b 0

:unknown
echo There is no such catapa-sidecar on this machine: uninstall.cmd NAME as it was installed, or no name.
exit /b 1
