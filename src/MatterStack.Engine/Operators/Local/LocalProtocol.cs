using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Local;

/// <summary>The files by which a local attempt is known: script, logs, exit code.</summary>
internal static class LocalProtocol
{
    public static void Prepare(AttemptOrder order, IDisk disk, Staging staging)
    {
        disk.CreateDirectory(order.WorkFolder);
        disk.WriteAllBytes(Path.Combine(order.Folder, RunScript.FileName), Encoding.UTF8.GetBytes(RunScript.Write(order)));
        staging.Stage(order);
    }

    public static ProcessRequest Request(AttemptOrder order) => new(
        order.Attempt,
        Path.Combine(order.Folder, RunScript.FileName),
        Path.Combine(order.Folder, "stdout.log"),
        Path.Combine(order.Folder, "stderr.log"));

    /// <summary>Whether a start was tried: the log is opened before the script begins, and by nobody else.</summary>
    public static bool WasStarted(AttemptOrder order) => File.Exists(Path.Combine(order.Folder, "stdout.log"));

    /// <summary>The exit code that the script left; null if it left none. One that does not end in a newline is half-written.</summary>
    public static int? ReadExitCode(AttemptOrder order)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(order.Folder, "exit_code"));
            return text.EndsWith('\n') && int.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
