using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Copies an attempt's inputs into its <c>work/</c> folder: files of the campaign and outputs of dependencies.</summary>
internal sealed class InputStager(IDisk disk)
{
    /// <summary>Folder of a run that holds the campaign's files, named by their hash.</summary>
    public const string InputsFolder = "inputs";

    /// <param name="order">The attempt.</param>
    /// <param name="work">Absolute folder that the command will run in.</param>
    /// <exception cref="IOException">A file is missing, has changed since it was recorded, or cannot be written.</exception>
    public void StageInputs(AttemptRequest order, string work)
    {
        foreach (var input in order.Planned.Inputs)
        {
            var target = CreateTargetFolder(work, input.Path);
            CopyChecked(Path.Combine(order.RunFolder, InputsFolder, input.Content.Hex), target, input.Content, $"input '{input.Path}'");
            if (input.Executable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.UserExecute);
            }
        }

        foreach (var dependency in order.Dependencies)
        {
            foreach (var output in dependency.Outputs)
            {
                var source = Path.Combine(order.RunFolder, dependency.RelativeFolder, AttemptLayout.WorkFolder, output.Path);
                if (!RelativePath.StaysInside(order.RunFolder, source))
                {
                    throw new IOException($"output '{output.Path}' of task '{dependency.Task}' has become a link that leads out of the run ({source})");
                }

                CopyChecked(source, CreateTargetFolder(work, $"deps/{dependency.Task}/{output.Path}"), output.Hash, $"output '{output.Path}' of task '{dependency.Task}'");
            }
        }
    }

    private string CreateTargetFolder(string work, string relative)
    {
        var target = Path.Combine(work, relative);
        disk.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }

    // The hash is checked before the copy: otherwise a file that was changed after its task ended would count as the computed result.
    private void CopyChecked(string source, string target, Sha256 expected, string what)
    {
        if (!disk.FileExists(source))
        {
            throw new IOException($"{what} is gone from {source}");
        }

        using (var stream = RegularFile.OpenRead(source))
        {
            if (Sha256.ComputeHash(stream) != expected)
            {
                throw new IOException($"{what} has changed since it was recorded ({source})");
            }
        }

        disk.CopyFile(source, target);
    }
}
