;; What Emacs with eglot gets from the server: editors.sh runs it. Places are those of the environment.
(require 'eglot)
(define-derived-mode kconfig-mode prog-mode "Kconfig")
(setq eglot-sync-connect 20)
(defun check (ok what)
  (unless ok (message "emacs: %s" what) (kill-emacs 1)))
(let ((tree (getenv "TREE")) (out (getenv "OUT")) (line (1- (string-to-number (getenv "LINE")))))
  (add-to-list 'eglot-server-programs `(kconfig-mode . (,(getenv "GOKBUILD") "--lsp" :initializationOptions (:output ,out))))
  (defun open (file)
    (find-file file) (kconfig-mode)
    (if (eglot-current-server) nil
      (eglot--connect '(kconfig-mode) (cons 'transient tree) 'eglot-lsp-server
                      `(,(getenv "GOKBUILD") "--lsp" :initializationOptions (:output ,out)) "kconfig"))
    (unless (eglot-managed-p) (eglot--managed-mode 1)))
  (defun ask (method line character)
    (jsonrpc-request (eglot-current-server) method
                     (list :textDocument (eglot--TextDocumentIdentifier) :position (list :line line :character character)
                           :context '(:includeDeclaration t))))
  (open (concat out "/bad.config"))
  (let ((end (+ (float-time) 20)))
    (while (and (null (flymake-diagnostics)) (< (float-time) end)) (accept-process-output nil 0.05)))
  (check (string-match "CONFIG_E1000=y becomes n: needs" (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n")) "no complaint")
  (let ((server (eglot-current-server)))
    (find-file (concat tree "/" (getenv "MAKEFILE")))
    (jsonrpc-notify server :textDocument/didOpen
                    (list :textDocument (list :uri (eglot--path-to-uri buffer-file-name) :languageId "makefile" :version 1
                                              :text (buffer-substring-no-properties (point-min) (point-max)))))
    (let* ((at (lambda (method)
                 (jsonrpc-request server method
                                  (list :textDocument (list :uri (eglot--path-to-uri buffer-file-name))
                                        :position (list :line line :character 16) :context '(:includeDeclaration t)))))
           (hover (funcall at :textDocument/hover))
           (found (aref (funcall at :textDocument/definition) 0)))
      (check (string-match "CONFIG_E1000\\*\\* = `n`" (plist-get (plist-get hover :contents) :value)) "hover")
      (check (and (string-match "intel/Kconfig$" (plist-get found :uri))
                  (= (plist-get (plist-get (plist-get found :range) :start) :line) (1- (string-to-number (getenv "DEFINED")))))
             "definition")
      (check (> (length (funcall at :textDocument/references)) 2) "references"))
    (eglot-shutdown server)))
