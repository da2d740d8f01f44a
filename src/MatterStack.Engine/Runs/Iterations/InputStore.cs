using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Iterations;

/// <summary>Copies input files of the project into a run that has started; a copy is named by its hash.</summary>
internal static class InputStore
{
    /// <summary>Copies files that the run does not have yet, durably.</summary>
    /// <exception cref="ProblemException">A file has changed since the workflow was planned.</exception>
    public static void CopyInputs(IDisk disk, RunFolder run, string projectFolder, IEnumerable<StagedInput> inputs)
    {
        foreach (var input in inputs.DistinctBy(i => i.Content))
        {
            var copy = Path.Combine(run.InputsFolder, input.Content.Hex);
            if (disk.FileExists(copy))
            {
                continue;
            }

            var content = disk.ReadAllBytes(Path.Combine(projectFolder, input.Source));
            if (Sha256.ComputeHash(content) != input.Content)
            {
                throw new ProblemException(
                    new Problem(
                        CampaignCodes.FileMissing,
                        $"'{input.Source}' changed while it was copied into the run",
                        "Give the command again."
                    )
                );
            }

            disk.CreateDirectory(run.InputsFolder);
            disk.WriteAtomically(copy, content);
        }
    }
}
