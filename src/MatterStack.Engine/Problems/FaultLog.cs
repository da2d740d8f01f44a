namespace MatterStack.Engine.Problems;

/// <summary>Takes in, from any thread, exceptions that nobody expects, until the command tells of them.</summary>
internal sealed class FaultLog
{
    // More of the same says nothing new.
    private const int Most = 20;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<Problem> _warnings = [];
    private readonly List<string> _details = [];

    /// <summary>Notes an exception that ends an attempt or keeps it from going on.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">What was being done, as the subject of a sentence.</param>
    public Problem Note(Exception exception, string work)
    {
        var problem = Fault.Of(exception, work);
        lock (_gate)
        {
            if (_details.Count < Most)
            {
                _details.Add(Fault.Details(exception, work));
            }
        }

        return problem;
    }

    /// <summary>Notes an exception that concerns no attempt: it becomes a warning, once.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">What was being done, as the subject of a sentence.</param>
    public void Warn(Exception exception, string work) => Warn(Note(exception, work));

    /// <summary>Notes something that keeps nobody from going on, once.</summary>
    public void Warn(Problem problem)
    {
        lock (_gate)
        {
            if (_told.Count < Most && _told.Add(problem.Text))
            {
                _warnings.Add(problem.AsWarning());
            }
        }
    }

    /// <summary>Takes the warnings that were noted since it was last asked.</summary>
    public IReadOnlyList<Problem> TakeWarnings() => Take(_warnings);

    /// <summary>Takes all of the exceptions that were noted since it was last asked.</summary>
    public IReadOnlyList<string> TakeDetails() => Take(_details);

    private T[] Take<T>(List<T> noted)
    {
        lock (_gate)
        {
            if (noted.Count == 0)
            {
                return [];
            }

            var taken = noted.ToArray();
            noted.Clear();
            return taken;
        }
    }
}
