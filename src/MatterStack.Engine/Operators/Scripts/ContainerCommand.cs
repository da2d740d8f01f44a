using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Shell text that runs a task's command in its container image. The attempt's folder has the same path inside, so that paths in
/// variables stay valid.</summary>
internal static class ContainerCommand
{
    /// <summary>An engine whose containers are child processes of their caller.</summary>
    public const string Apptainer = "apptainer";

    /// <summary>Words before a program that let it run in an image: engine, options, image.</summary>
    /// <param name="container">The site's engine, which must be <see cref="Apptainer"/>.</param>
    /// <param name="image">Name of the image, as the engine knows it.</param>
    /// <param name="task">The task.</param>
    /// <param name="work">Absolute folder that the command runs in; null if it is inside the attempt's folder.</param>
    /// <param name="tmpdir">The site's text for temporary folders; null if the attempt's folder is the temporary one.</param>
    public static string BuildExec(ContainerOptions container, string image, CampaignTask task, string? work, string? tmpdir) =>
        string.Join(
            ' ',
            [
                ShellText.QuoteIfNeeded(container.Executable ?? container.Engine),
                "exec",
                .. GetFolders(task, work, tmpdir).Select(static folder => "--bind " + folder),
                .. container.Options.Select(ShellText.QuoteIfNeeded),
                ShellText.QuoteIfNeeded(image),
            ]
        );

    /// <param name="container">The site's engine.</param>
    /// <param name="image">Name of the image, as the engine knows it.</param>
    /// <param name="command">The task's command with the codes of the operator.</param>
    /// <param name="task">The task.</param>
    /// <param name="work">Absolute folder that the command runs in; null if it is inside the attempt's folder.</param>
    /// <param name="tmpdir">The site's text for temporary folders; null if the attempt's folder is the temporary one.</param>
    /// <param name="devices">Accelerators of this machine that the attempt was given; null if the engine assigns none.</param>
    /// <param name="signal">Stop signal that the program in the container must get; null if there is none.</param>
    /// <param name="previousCause">Whether the cause of the last attempt's end is known.</param>
    public static string BuildCommand(
        ContainerOptions container,
        string image,
        SiteCommand command,
        CampaignTask task,
        string? work,
        string? tmpdir,
        IReadOnlyList<string>? devices = null,
        StopSignal? signal = null,
        bool previousCause = false
    )
    {
        var folders = GetFolders(task, work, tmpdir);
        var isApptainer = container.Engine == Apptainer;
        var program =
            signal is null ? command.Text
            : isApptainer ? $"{StopScript.BuildExit(signal)}\n{command.Text}"
            : StopScript.BuildInside(signal, command.Text);
        var inside = string.Join(
            ' ',
            [.. container.Options.Select(ShellText.Quote), ShellText.Quote(image), "/bin/sh", "-c", ShellText.Quote(program)]
        );
        var engine = ShellText.Quote(container.Executable ?? container.Engine);
        if (isApptainer)
        {
            return string.Join(' ', [engine, "exec", .. folders.Select(folder => "--bind " + folder), inside]);
        }

        // These engines run a container outside the process group that is ended with an attempt. Podman's user is root inside.
        var user = container.Engine == "docker" ? "--user \"$(id -u):$(id -g)\" " : "";
        var run = string.Join(
            ' ',
            [
                engine,
                "run --rm --name \"$container\"",
                .. folders.Select(folder => $"--mount type=bind,source={folder},target={folder}"),
                .. DeviceVariables.BuildOptions(container.Engine, task, devices),
                $"--workdir \"$PWD\" {user}"
                    + string.Join(
                        ' ',
                        AttemptScript
                            .GetVariableNames(task, previousCause)
                            .Concat(command.Env.Select(static pair => pair.Key))
                            .Distinct(StringComparer.Ordinal)
                            .Select(static name => "--env " + name)
                    ),
                inside,
            ]
        );
        return $$"""
            container=ms-$MATTERSTACK_ATTEMPT_ID
            exec 3>&1
            { {{(signal is null ? "" : $"trap : {signal.Name}; ")}}{{run}} >&3 3>&- 9>&-; echo $?; } | {{(
                signal is null ? BuildWatcher(engine) : $"{{ trap '' {signal.Name}; {BuildWatcher(engine)}; }}"
            )}}
            """;
    }

    private static IEnumerable<string> GetFolders(CampaignTask task, string? work, string? tmpdir) =>
        new[]
        {
            $"\"${ScratchFolder.GetFolderVariable(tmpdir)}\"",
            tmpdir is null ? null : "\"$TMPDIR\"",
            work is null ? null : ShellText.Quote(work),
            CampaignProgram.IsUsedBy(task) ? "\"${MATTERSTACK_PROGRAM%/*}\"" : null,
        }.OfType<string>();

    // A container must not outlive the engine's command. A process in its own session waits for the end of that command and passes its exit
    // code on.
    private static string BuildWatcher(string engine) =>
        $$"""
            env -u MATTERSTACK_ATTEMPT_ID MATTERSTACK_CONTAINER_OF="$MATTERSTACK_ATTEMPT_ID" $(command -v setsid) /bin/sh -c 'read -r code
            if [ "${code:-137}" -gt 124 ]; then "$0" kill "$1"; "$0" rm --force "$1"; fi >/dev/null 2>&1
            exit "${code:-137}"' {{engine}} "$container" 3>&- 9>&-
            """;
}
