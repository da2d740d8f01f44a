namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Converts many texts of which few are different, and keeps converted values for repeated texts.</summary>
internal sealed class InternTable<T>(Func<string, T> make)
{
    private const int Capacity = 64;

    // Two arrays: a list of pairs would be compiled for every type of value, at run time.
    private readonly byte[][] _texts = new byte[Capacity][];
    private readonly T[] _values = new T[Capacity];
    private int _count;
    private int _missCount;

    public T this[ReadOnlySpan<byte> text]
    {
        get
        {
            // If texts hardly ever repeat (each names its own task, for example), a search costs more than the conversion.
            var most = _missCount < 4 * Capacity ? Capacity : 1;
            for (var i = 0; i < Math.Min(_count, most); i++)
            {
                if (text.SequenceEqual(_texts[i]))
                {
                    _missCount = 0;
                    return _values[i];
                }
            }

            var made = make(System.Text.Encoding.UTF8.GetString(text));
            // The last text goes first, since it is the most likely to repeat. If texts hardly ever repeat, only the last one is kept.
            _missCount++;
            _count = Math.Min(_count + 1, Capacity);
            var moved = Math.Min(_count, most) - 1;
            Array.Copy(_texts, 0, _texts, 1, moved);
            Array.Copy(_values, 0, _values, 1, moved);
            (_texts[0], _values[0]) = (text.ToArray(), made);
            return made;
        }
    }
}
