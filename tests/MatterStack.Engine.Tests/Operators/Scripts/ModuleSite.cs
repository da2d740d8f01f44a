using System.Diagnostics;
using System.Text;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>A site with a module system of its own: start-up files, an init script and modulefiles, which are shell text, below a folder
/// that stands for the root.</summary>
internal sealed class ModuleSite : IDisposable
{
    // In the shell language that dash and bash share. OLD_MODULES=1: answers as Environment Modules 3 do.
    private const string Init = """
        export MODULESHOME="${MODULESHOME:-ROOT/system}" LOADEDMODULES="${LOADEDMODULES-}"
        [ -n "${OLD_MODULES-}" ] || export MODULES_CMD=fake
        module() {
          fake_asked=$1; shift
          case $fake_asked in
            load) fake_load "$1" ;;
            use) export MODULEPATH="$1${MODULEPATH:+:$MODULEPATH}" ;;
            is-loaded) [ -n "${OLD_MODULES-}" ] || case :$LOADEDMODULES: in *:"$1":*|*:"$1"/*) ;; *) return 1 ;; esac ;;
            list) echo "loaded: $LOADEDMODULES" >&2 ;;
          esac
        }
        fake_load() {
          echo "noise of module load $1"
          for fake_folder in $(echo "${MODULEPATH-}" | tr : ' '); do
            for fake_file in "$fake_folder/$1" "$fake_folder/$1"/*; do
              [ ! -f "$fake_file" ] || { . "$fake_file" || return 1; LOADEDMODULES=$LOADEDMODULES${LOADEDMODULES:+:}${fake_file#"$fake_folder/"}; return 0; }
            done
          done
          echo "ERROR: Unable to locate a modulefile for '$1'" >&2
          [ -n "${OLD_MODULES-}" ]
        }
        """;

    private readonly TempFolder _folder = new(inMemory: true);

    public ModuleSite()
    {
        Write(
            "etc/profile",
            "PATH=/usr/local/bin:/usr/bin:/bin\nexport PATH\nfor i in ROOT/etc/profile.d/*.sh; do . \"$i\"; done\nunset i\n"
        );
        Write("mods/code/1", "export CODE=1 PATH=ROOT/code/1:$PATH\n");
        Write("mods/code/2", "export CODE=2\n");
    }

    /// <summary>Variables of the job.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string Root => _folder.Path;

    /// <summary>Writes a file; ROOT in it is the root's path.</summary>
    public void Write(string path, string text) => _folder.Write(path, text.Replace("ROOT", Root, StringComparison.Ordinal));

    /// <summary>Writes the init script of the module system under a name.</summary>
    public void WriteInit(string path) => Write(path, Init);

    /// <summary>Runs a job that loads the modules and then the command.</summary>
    /// <param name="shell">Command line of the job's shell.</param>
    /// <param name="modules">Modules of the wiring.</param>
    /// <param name="command">Shell text after the modules.</param>
    public (int ExitCode, string Output, string Errors) Run(string shell, string[] modules, string command)
    {
        var text = new StringBuilder("trap 'echo $? > ROOT/exit_code' EXIT\ncd ROOT/work || exit 1\n");
        ModuleCommands.AppendLoads(text, modules, Root);
        Write("job.sh", text.Append(command).Append('\n').ToString());
        Directory.CreateDirectory(_folder.In("work"));
        var words = shell.Split(' ');
        var start = new ProcessStartInfo(words[0], [.. words[1..], _folder.In("job.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = System.Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value.Replace("ROOT", Root, StringComparison.Ordinal);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual($"{process.ExitCode}\n", File.ReadAllText(_folder.In("exit_code")), "the job's own trap has run");
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    public void Dispose() => _folder.Dispose();
}
