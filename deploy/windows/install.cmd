@echo off
rem Installs catapa-sidecar as a Windows service, or upgrades one that is installed: docs\deploy\windows.md.
rem Run it as administrator, from the folder that the zip was unpacked to.
rem install.cmd NAME: one more beside it, for another tenant, with service, folders and ports of its own: docs\several-tenants.md.
setlocal
set "name=catapa-sidecar"
set "from=%~dp0"
if not "%~1"=="" (
  "%from%node.exe" -e "process.exit(/^[a-z0-9][a-z0-9-]{0,31}$/i.test(process.argv[1]) ? 0 : 1)" "%~1" || goto unnamed
  set "name=catapa-sidecar-%~1"
)
set "program=%ProgramFiles%\%name%"
set "data=%ProgramData%\%name%"

if /i "%from%"=="%program%\" (
  echo Unpack the zip to another folder and run install.cmd there.
  exit /b 1
)

rem The new program is laid beside the old one first, and the old one is removed last: the service is away for a moment only.
if exist "%program%.old" rmdir /s /q "%program%.old"
if exist "%program%.new" rmdir /s /q "%program%.new"
mkdir "%program%.new" 2>nul
if not exist "%program%.new" (
  echo %program% cannot be written. Run this as administrator.
  exit /b 1
)
"%from%node.exe" -e "fs.cpSync(process.argv[1], process.argv[2], { recursive: true })" "%from%." "%program%.new" || goto failed

set "upgrade="
sc query %name% >nul 2>&1 && set "upgrade=yes"
if defined upgrade net stop %name% >nul 2>&1

rem While a request is under way the old one may still be in use: it is moved whole or not at all.
set tries=0
:swap
if exist "%program%" move "%program%" "%program%.old" >nul 2>&1
if not exist "%program%" goto swapped
set /a tries+=1
if %tries% geq 40 (
  echo %program% is in use: close what runs from there, then run this again. The old version stays.
  if defined upgrade net start %name%
  exit /b 1
)
ping -n 2 127.0.0.1 >nul
goto swap
:swapped
move "%program%.new" "%program%" >nul || goto failed
if defined upgrade goto start
if exist "%program%.old" rmdir /s /q "%program%.old"

set "nssm=%program%\nssm.exe"
"%nssm%" install %name% "%program%\node.exe" >nul || goto failed
"%nssm%" set %name% AppDirectory "%program%" >nul || goto failed
"%nssm%" set %name% AppParameters dist\cli.js start --config %data%\settings.env >nul || goto failed
"%nssm%" set %name% Description "Logs in to CATAPA for programs that cannot" >nul || goto failed
"%nssm%" set %name% Start SERVICE_AUTO_START >nul || goto failed
rem A stop is Ctrl-C, then up to 30 s for requests under way (SIDECAR_SHUTDOWN_GRACE is 25), then the end.
"%nssm%" set %name% AppStopMethodConsole 30000 >nul || goto failed
"%nssm%" set %name% AppStopMethodSkip 6 >nul || goto failed
rem It is started again a second after any end, but not after 2: the settings are wrong, and a restart would not help.
"%nssm%" set %name% AppRestartDelay 1000 >nul || goto failed
"%nssm%" set %name% AppExit Default Restart >nul || goto failed
"%nssm%" set %name% AppExit 2 Exit >nul || goto failed
rem The program keeps its log itself (SIDECAR_LOG_FILE). Its output before that is overwritten at each start: 2 is CREATE_ALWAYS.
"%nssm%" set %name% AppStdout "%data%\logs\last-start.log" >nul || goto failed
"%nssm%" set %name% AppStderr "%data%\logs\last-start.log" >nul || goto failed
"%nssm%" set %name% AppStdoutCreationDisposition 2 >nul || goto failed
"%nssm%" set %name% AppStderrCreationDisposition 2 >nul || goto failed
rem An account of its own, without a password and with no rights but those given below.
sc config %name% obj= "NT SERVICE\%name%" >nul || goto failed

rem System and administrators (by number: their names differ by language) may do all, the service may read. Before there is a secret.
rem Any user may make folders in %ProgramData%: a user who made this one earlier must not stay its owner, and open it again.
if not exist "%data%\logs" mkdir "%data%\logs"
if not exist "%data%\state" mkdir "%data%\state"
icacls "%data%" /setowner *S-1-5-32-544 /t >nul || goto failed
rem Rights that were given then must not last either. The contents are shut first, since a reset folder hands on those of %ProgramData%.
icacls "%data%\*" /inheritance:r /grant:r *S-1-5-32-544:F /t >nul || goto failed
icacls "%data%" /reset >nul || goto failed
icacls "%data%" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F "NT SERVICE\%name%:(OI)(CI)RX" >nul || goto failed
rem A user who made a file earlier owns it, or keeps it open: each kept file becomes a file of ours.
icacls "%data%" /setowner *S-1-5-32-544 /t >nul || goto failed
icacls "%data%\*" /reset /t >nul || goto failed
for %%f in (settings.env secret.txt) do if exist "%data%\%%f" (
  copy /y "%data%\%%f" "%data%\%%f.new" >nul || goto failed
  del /f "%data%\%%f" || goto failed
  ren "%data%\%%f.new" "%%f" || goto failed
  echo Kept from before, look at it: %data%\%%f
)
icacls "%data%\logs" /grant "NT SERVICE\%name%:(OI)(CI)M" >nul || goto failed
icacls "%data%\state" /grant "NT SERVICE\%name%:(OI)(CI)M" >nul || goto failed
if not exist "%data%\settings.env" (
  >"%data%\settings.env" echo CATAPA_TENANT=
  >>"%data%\settings.env" echo CATAPA_CLIENT_ID=
  >>"%data%\settings.env" echo CATAPA_CLIENT_SECRET_FILE=%data%\secret.txt
  >>"%data%\settings.env" echo SIDECAR_STATE_DIR=%data%\state
  >>"%data%\settings.env" echo SIDECAR_LOG_FILE=%data%\logs\catapa-sidecar.log
  if not "%~1"=="" "%program%\node.exe" "%program%\own-ports.cjs" "%data%" || goto failed
)
if not exist "%data%\secret.txt" type nul >"%data%\secret.txt"
echo Installed. Now write tenant and client id into the first file, the secret into the second, and start it:
echo   notepad %data%\settings.env
echo   notepad %data%\secret.txt
echo   net start %name%
exit /b 0

:start
net start %name% || goto failed
set "state=and ready"
"%program%\node.exe" "%program%\dist\cli.js" wait --timeout 15 --config "%data%\settings.env" >nul 2>&1 || set "state=but not ready: look into %data%\logs"
if exist "%program%.old" rmdir /s /q "%program%.old"
echo Upgraded, %state%
exit /b 0

:failed
echo That did not work. uninstall.cmd %~1 takes away what was installed and leaves settings and secret.
exit /b 1

:unnamed
echo A name has up to 32 letters, digits and hyphens: install.cmd acme
exit /b 1
