-- What Neovim gets from the server: editors.sh runs it. Places and texts are those of the environment.
local env = vim.env
local function check(ok, what)
  if not ok then
    io.stderr:write('neovim: ' .. what .. '\n')
    vim.cmd('cq!')
  end
end
local client = vim.lsp.start_client { name = 'gokbuild', cmd = { env.GOKBUILD, '--lsp' }, root_dir = env.TREE, init_options = { output = env.OUT } }
local function open(file)
  vim.cmd('edit ' .. file)
  vim.lsp.buf_attach_client(0, client)
end
local function ask(method, line, character)
  local answers = vim.lsp.buf_request_sync(0, method, { textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = line, character = character }, context = { includeDeclaration = true } }, 20000)
  local _, answer = next(answers or {})
  check(answer and answer.result, method .. ' is not answered')
  return answer.result
end

open(env.OUT .. '/bad.config')
check(vim.wait(20000, function() return #vim.diagnostic.get(0) == 2 end, 20), 'no complaints: ' .. vim.inspect(vim.diagnostic.get(0)))
check(vim.diagnostic.get(0)[1].message:find('CONFIG_E1000=y becomes n: needs'), vim.inspect(vim.diagnostic.get(0)))
check(vim.diagnostic.get(0)[2].message:find('nothing defines it'), vim.inspect(vim.diagnostic.get(0)))

open(env.TREE .. '/' .. env.MAKEFILE)
local line = tonumber(env.LINE) - 1
check(ask('textDocument/hover', line, 16).contents.value:find('CONFIG_E1000%*%* = `n`'), 'hover')
local at = ask('textDocument/definition', line, 16)[1]
check(at.uri:find('intel/Kconfig$') and at.range.start.line == tonumber(env.DEFINED) - 1, 'definition: ' .. vim.inspect(at))

open(env.TREE .. '/init/main.c')
local line = tonumber(env.SMP) - 1
local kinds = {}
for _, r in ipairs(ask('textDocument/references', line, 10)) do
  local name = r.uri:match('[^/]*$')
  kinds[name:find('^Kconfig') and 'kconfig' or name:find('^Makefile') and 'makefile' or name:find('defconfig') and 'config' or name:find('%.c$') and 'source' or 'other'] = true
end
check(kinds.kconfig and kinds.makefile and kinds.config and kinds.source, 'references: ' .. vim.inspect(kinds))
vim.lsp.stop_client(client)
vim.cmd('qall!')
