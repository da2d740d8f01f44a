using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Copies an attempt's inputs into its <c>work/</c> folder: files of the campaign and outputs of dependencies.</summary>
internal sealed class InputStager(IDisk disk)
{
    /// <summary>Folder of a run that holds the campaign's files, named by their hash.</summary>
    public const string InputsFolder = "inputs";

    /// <summary>Copies files of the campaign.</summary>
    /// <param name="runFolder">Absolute folder of the run.</param>
    /// <param name="inputs">The files.</param>
    /// <param name="work">Absolute folder that the command will run in.</param>
    /// <exception cref="IOException">A file is missing, has changed since it was recorded, or cannot be written.</exception>
    public void StageInputs(string runFolder, IReadOnlyList<StagedInput> inputs, string work)
    {
        foreach (var input in inputs)
        {
            var target = CreateTargetFolder(work, input.Path);
            CopyChecked(Path.Combine(runFolder, InputsFolder, input.Content.Hex), target, input.Content, $"input '{input.Path}'");
            if (input.Executable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.UserExecute);
            }
        }
    }

    /// <summary>Copies outputs of a dependency.</summary>
    /// <param name="runFolder">Absolute folder of the run.</param>
    /// <param name="task">The dependency.</param>
    /// <param name="relativeFolder">Folder of its attempt, relative to the run's folder.</param>
    /// <param name="outputs">Its outputs, as recorded.</param>
    /// <param name="work">Absolute folder that the command will run in.</param>
    /// <exception cref="IOException">A file is missing, has changed since it was recorded, or cannot be written.</exception>
    public void StageOutputs(string runFolder, TaskId task, string relativeFolder, IReadOnlyList<OutputFile> outputs, string work)
    {
        foreach (var output in outputs)
        {
            var source = Path.Combine(runFolder, relativeFolder, AttemptLayout.WorkFolder, output.Path);
            if (!RelativePath.StaysInside(runFolder, source))
            {
                throw new IOException($"output '{output.Path}' of task '{task}' has become a link that leads out of the run ({source})");
            }

            CopyChecked(
                source,
                CreateTargetFolder(work, $"deps/{task}/{output.Path}"),
                output.Hash,
                $"output '{output.Path}' of task '{task}'"
            );
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
