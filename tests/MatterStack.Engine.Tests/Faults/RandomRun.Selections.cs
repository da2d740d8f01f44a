using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Tests.Faults;

/// <content>Selections: a new command runs some tasks and what they need; the last commands run all.</content>
internal sealed partial class RandomRun
{
    // Of the command that drives the run, and as the store has it.
    private HashSet<int>? _selected;
    private HashSet<int>? _needed;
    private string? _recordedSelection;
    private bool _hadSelection;
    private HashSet<int>? _recordedNeeded;

    private void ChangeCommand(RandomEvent happening)
    {
        // A source of its own: the other events of a seed stay as they are.
        var luck = new Random(happening.Luck ^ 0x5E1EC7);
        if (_isCalm ? _selected is null : luck.Next(8) > 0)
        {
            return;
        }

        _selected = _isCalm || luck.Next(3) == 0 ? null : [.. Enumerable.Range(0, _tasks.Length).Where(_ => luck.Next(3) == 0)];
        _selected = _selected is { Count: 0 } ? [luck.Next(_tasks.Length)] : _selected;
        _needed = _selected is null ? null : FindNeeded(_selected);
        _hadSelection |= _selected is not null;
        Load();
    }

    private CommandSelection? CreateSelection() =>
        _selected is null
            ? null
            : new CommandSelection(TaskSelection.Parse(FormatSelection(_selected)).Value, [.. _selected.Order()], "ada");

    private static string FormatSelection(IEnumerable<int> positions) => string.Join(' ', positions.Order().Select(Id));

    private void RecordSelection(Change.RunSelected selected)
    {
        Assert.AreEqual(_selected is null ? null : FormatSelection(_selected), selected.Selection);
        (_recordedSelection, _recordedNeeded) = (selected.Selection, _needed);
    }

    private bool IsLeftOut(int position) => _needed is { } needed && !needed.Contains(position);

    // A command that has not planned yet has not included what the last one left out.
    private bool MayBeLeftOut(int position) => _recordedNeeded is { } needed && !needed.Contains(position);

    private HashSet<int> FindNeeded(IEnumerable<int> positions)
    {
        var needed = new HashSet<int>();
        foreach (var position in positions)
        {
            needed.Add(position);
            needed.UnionWith(FindNeeded(_campaign.Tasks[position].DependsOn));
        }

        return needed;
    }
}
