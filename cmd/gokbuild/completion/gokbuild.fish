# Completion of gokbuild for fish: gokbuild --completion=fish >~/.config/fish/completions/gokbuild.fish
# gokbuild itself tells the candidates, one in a line, with a TAB and what it means. A line ":files" or ":folders" asks for names
# of files as well.

function __gokbuild_words
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l prefix (string match -r '^[^=]*=' -- $cur)
    set -l path (string replace -r '^[^=]*=' '' -- $cur)
    for line in ($program --complete $words "$cur" 2>/dev/null)
        switch $line
            case :files
                for name in (__fish_complete_path "$path")
                    echo "$prefix$name"
                end
            case :folders
                for name in (__fish_complete_directories "$path")
                    echo "$prefix$name"
                end
            case '*'
                echo $line
        end
    end
end

complete -c gokbuild -f -a '(__gokbuild_words)'
