" What Vim with ALE gets from the server: editors.sh runs it in a terminal of tmux. The complaints go to $RESULT.
set nocompatible
filetype on
packadd ale
let g:ale_linters_explicit = 1
let g:ale_linters = {'config': ['gokbuild']}
call ale#linter#Define('config', {'name': 'gokbuild', 'lsp': 'stdio', 'executable': $GOKBUILD, 'command': '%e --lsp',
    \ 'project_root': $TREE, 'initialization_options': {'output': $OUT}, 'language': 'config'})
function! Found() abort
  let l:list = getloclist(0)
  if len(l:list) > 0
    call writefile(map(l:list, 'v:val.lnum . ": " . v:val.text'), $RESULT . '.new')
    call rename($RESULT . '.new', $RESULT)
    qall!
  endif
endfunction
call timer_start(100, {_ -> Found()}, {'repeat': 150})
edit $OUT/bad.config
set filetype=config
ALELint
