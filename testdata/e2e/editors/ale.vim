" What Vim with ALE gets from the server: editors.sh runs it in a terminal of tmux. What is found goes to $RESULT, line by line:
" complaints of a configuration; what it says of the symbol in line $LINE of $MAKEFILE, and where that is defined; where the symbol in
" line $SMP of init/main.c is mentioned.
set nocompatible hidden noswapfile shortmess+=atTWAIcF cmdheight=4 nomore
filetype on
packadd ale
let g:ale_linters_explicit = 1
let g:ale_linters = {'config': ['gokbuild'], 'make': ['gokbuild'], 'c': ['gokbuild']}
let g:ale_hover_to_preview = 1
for s:kind in ['config', 'make', 'c']
  call ale#linter#Define(s:kind, {'name': 'gokbuild', 'lsp': 'stdio', 'executable': $GOKBUILD, 'command': '%e --lsp',
      \ 'project_root': $TREE, 'initialization_options': {'output': $OUT}, 'language': s:kind})
endfor
let s:found = []
let s:step = 0
let s:ticks = 0

" Visit goes to the symbol of the present step.
function! s:Visit() abort
  let [l:file, l:line, l:symbol, l:kind] = s:step < 3 ? [$MAKEFILE, $LINE, 'CONFIG_E1000', 'make'] : ['init/main.c', $SMP, 'CONFIG_SMP', 'c']
  silent execute 'edit' $TREE . '/' . l:file
  let &filetype = l:kind
  call cursor(l:line, 1)
  call search(l:symbol, 'c', l:line)
endfunction

" Each step asks for something, and asks again now and then: references wait until the tree is read.
let s:ask = ['ALELint', 'ALEHover', 'ALEGoToDefinition', 'ALEFindReferences -quickfix']

function! s:Done() abort
  if s:step == 0
    let l:new = map(getloclist(0), '"complaint " . v:val.lnum . ": " . v:val.text')
  elseif s:step == 1
    let l:buffer = bufnr('ALEPreviewWindow')
    let l:new = l:buffer < 0 ? [] : map(filter(getbufline(l:buffer, 1, '$'), 'v:val != ""'), '"hover " . v:val')
  elseif s:step == 2
    let l:new = expand('%:t') ==# 'Kconfig' ? ['definition ' . expand('%:p') . ':' . line('.')] : []
  else
    let l:new = map(getqflist(), '"reference " . fnamemodify(bufname(v:val.bufnr), ":p") . ":" . v:val.lnum')
  endif
  let s:found += l:new
  return !empty(l:new)
endfunction

function! Tick() abort
  if s:Done()
    let s:step += 1
    let s:ticks = 0
    if s:step == len(s:ask)
      call writefile(s:found, $RESULT . '.new')
      call rename($RESULT . '.new', $RESULT)
      qall!
    endif
    pclose
    call s:Visit()
  endif
  if s:ticks % 20 == 0
    silent! execute s:ask[s:step]
  endif
  let s:ticks += 1
endfunction

silent edit $OUT/bad.config
set filetype=config
call timer_start(100, {_ -> Tick()}, {'repeat': 600})
