using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators;

/// <summary>Shell text that runs a task's command in its container image. The attempt's folder has the same path inside, so that what is handed over by path is found.</summary>
internal static class ContainerCommand
{
    /// <summary>An engine whose containers are processes of whoever starts them.</summary>
    public const string Apptainer = "apptainer";

    /// <param name="container">The site's engine.</param>
    /// <param name="image">Image, as the engine names it.</param>
    /// <param name="task">Whose command it is.</param>
    /// <param name="work">Absolute folder in which it runs, if that is not inside the attempt's; null: it is.</param>
    public static string Of(ContainerOptions container, string image, CampaignTask task, string? work)
    {
        var command = ScriptText.Command(task);
        var folders = new[] { "\"$TMPDIR\"", work is null ? null : ShellText.Quote(work), CampaignProgram.IsUsedBy(task.Command) ? "\"${MATTERSTACK_PROGRAM%/*}\"" : null }.OfType<string>();
        var inside = string.Join(' ', [.. container.Options.Select(ShellText.Quote), ShellText.Quote(image), "/bin/sh", "-c", ShellText.Quote(command)]);
        var engine = ShellText.Quote(container.Executable ?? container.Engine);
        if (container.Engine == Apptainer)
        {
            return string.Join(' ', [engine, "exec", .. folders.Select(folder => "--bind " + folder), inside]);
        }

        // These run containers outside of the group of processes that is ended with an attempt, and podman's user is root inside.
        var user = container.Engine == "docker" ? "--user \"$(id -u):$(id -g)\" " : "";
        var run = string.Join(' ', [engine, "run --rm --name \"$container\"", .. folders.Select(folder => $"--mount type=bind,source={folder},target={folder}"),
            $"--workdir \"$PWD\" {user}" + string.Join(' ', ScriptText.NamesOf(task).Select(name => "--env " + name)), inside]);
        return $$"""
            container=ms-$MATTERSTACK_ATTEMPT_ID
            exec 3>&1
            { {{run}} >&3 3>&- 9>&-; echo $?; } | {{Watch(engine)}}
            """;
    }

    // Whatever becomes of the engine's command, its container does not outlive it: a process in a session of its own sees its end, and gives its exit code on.
    private static string Watch(string engine) => $$"""
        env -u MATTERSTACK_ATTEMPT_ID MATTERSTACK_CONTAINER_OF="$MATTERSTACK_ATTEMPT_ID" $(command -v setsid) /bin/sh -c 'read -r code
        if [ "${code:-137}" -gt 124 ]; then "$0" kill "$1"; "$0" rm --force "$1"; fi >/dev/null 2>&1
        exit "${code:-137}"' {{engine}} "$container" 3>&- 9>&-
        """;
}
