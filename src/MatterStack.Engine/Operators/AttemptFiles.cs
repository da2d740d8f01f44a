using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Operators;

/// <summary>Prepares the folder of an attempt and collects its outputs.</summary>
public sealed class AttemptFiles
{
    private readonly IDisk _disk;
    private readonly InputStager _stager;

    internal AttemptFiles(IDisk disk) => (_disk, _stager) = (disk, new InputStager(disk));

    /// <summary>Creates an empty folder for an attempt and puts the campaign's files and the outputs of its dependencies into <c>work/</c>.
    /// Deletes what an interrupted start left there.</summary>
    /// <exception cref="IOException">The folder cannot be written, or an input is missing or has changed since it was recorded.</exception>
    public void PrepareFolder(AttemptRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_disk.DirectoryExists(request.Folder))
        {
            _disk.DeleteDirectory(request.Folder);
        }

        _disk.CreateDirectory(request.WorkFolder);
        StageInputs(request, request.WorkFolder);
    }

    /// <summary>Copies files of the campaign and outputs of dependencies.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="work">Absolute folder that the command will run in.</param>
    /// <exception cref="IOException">A file is missing, has changed since it was recorded, or cannot be written.</exception>
    internal void StageInputs(AttemptRequest request, string work)
    {
        _stager.StageInputs(request.RunFolder, request.Planned.Inputs, work);
        foreach (var dependency in request.Dependencies)
        {
            _stager.StageOutputs(request.RunFolder, dependency.Task, dependency.RelativeFolder, dependency.Outputs, work);
        }
    }

    /// <summary>Writes a file into the attempt's folder atomically: a reader sees the whole file or none.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="name">The file's name, without folders.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteFile(AttemptRequest request, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Path.GetFileName(name) != name)
        {
            throw new ArgumentException("a file's name, without folders, is expected", nameof(name));
        }

        _disk.WriteAtomically(Path.Combine(request.Folder, name), Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Deletes a file of the attempt's folder; nothing happens if it does not exist.</summary>
    /// <exception cref="IOException">The file cannot be deleted.</exception>
    internal void DeleteFile(AttemptRequest request, string name) => _disk.DeleteFile(Path.Combine(request.Folder, name));

    /// <summary>Looks for the lines of <c>FailWhen</c> and <c>SucceedWhen</c>. If they do not fail the attempt, finds and hashes the
    /// declared outputs in <c>work/</c>, and reads <c>results.json</c> there, if any.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="ending">What is already known of the attempt's end.</param>
    /// <exception cref="IOException">The disk is full, read-only or failing. The outputs are unknown; collect again later. A file that
    /// cannot be read for another reason is reported in the returned end.</exception>
    public static AttemptEnd CollectOutputs(AttemptRequest request, AttemptEnd ending) => CollectOutputs(request, ending, []);

    /// <inheritdoc cref="CollectOutputs(AttemptRequest, AttemptEnd)"/>
    /// <param name="request">The attempt.</param>
    /// <param name="ending">What is already known of the attempt's end.</param>
    /// <param name="more">Files in <c>work/</c> that count as outputs although the task does not declare them.</param>
    public static AttemptEnd CollectOutputs(AttemptRequest request, AttemptEnd ending, IReadOnlyList<string> more) =>
        CollectOutputs(request, ending, more, fetched: null);

    /// <summary>Adds the verdict of <c>FailWhen</c> and <c>SucceedWhen</c> to the end of an attempt.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="workFolder">Absolute folder that its command ran in.</param>
    /// <param name="ending">What is already known of its end.</param>
    /// <param name="carried">Files of earlier attempts that it began with; null: none.</param>
    /// <exception cref="IOException">The disk has an error, see <see cref="DiskErrors"/>.</exception>
    internal static AttemptEnd AddVerdict(AttemptRequest request, string workFolder, AttemptEnd ending, CarriedFiles? carried = null) =>
        new MarkCheck(request.Task, request.RunFolder, request.RelativeFolder, workFolder, carried).AddVerdict(ending);

    /// <summary>Collects outputs that were fetched from another machine.</summary>
    internal static AttemptEnd CollectOutputs(
        AttemptRequest request,
        AttemptEnd ending,
        IReadOnlyList<string> more,
        FetchedFacts? fetched,
        CarriedFiles? carried = null
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Directory.Exists(request.WorkFolder) && !RelativePath.StaysInside(request.RunFolder, request.WorkFolder))
        {
            return ending with
            {
                CollectionProblem = $"its work folder has become a link that leads out of the run ({request.WorkFolder})",
            };
        }

        // An attempt that fails by the lines of its files has no outputs to collect.
        ending = AddVerdict(request, request.WorkFolder, ending, carried);
        return ending.Verdict is not null
            ? ending
            : OutputCollector.Collect(
                more.Count == 0 ? request.Task : request.Task with { Outputs = [.. request.Task.Outputs, .. more] },
                request.WorkFolder,
                ending,
                fetched,
                carried
            );
    }
}
