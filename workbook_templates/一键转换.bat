@echo off
rem Drop filled workbooks on this file: each gets its two results beside it.
rem ASCII only, on purpose: it reads the same under every code page, and the Chinese is said by Python
rem and by the text file beside this one. Why it looks at cmdcmdline: docs/decisions.md.
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
set "task=desk"
set "alone="
set "own=%~dp0program\python\python.exe"
set typed=%*
setlocal EnableDelayedExpansion
set "line=!cmdcmdline!"
set "files=!typed!"
set "dropped="
set "tail=!line:*/c ""=!"
if "!tail!"=="!line!" goto find
set "dropped=1"
set "files=!tail:*.bat" =!"
if "!files!"=="!tail!" set "files="
if defined files set "files=!files:~0,-1!"

:find
set "some="
if defined files set "some=!files: =!"
if not defined some if not defined alone goto help
if exist "!own!" goto own
set "run=selfeval.exe"
%run% --version >nul 2>nul
if !errorlevel! equ 0 goto convert
set "run=py.exe -3 -P -m selfeval_xl"
%run% --version >nul 2>nul
if !errorlevel! equ 0 goto convert
set "run=python.exe -P -m selfeval_xl"
%run% --version >nul 2>nul
if !errorlevel! equ 0 goto convert
echo selfeval_xl or Python 3.11 is not installed. The text file that opens now says what to do.
goto help

:own
"!own!" -P -m selfeval_xl !task! !files!
set "code=!errorlevel!"
goto end

:convert
%run% !task! !files!
set "code=!errorlevel!"
goto end

:help
set "code=2"
setlocal DisableDelayedExpansion
for %%f in ("%~dp0??.txt") do start "" notepad "%%f"
endlocal & set "code=2"

:end
if not defined dropped exit /b !code!
pause
exit !code!
